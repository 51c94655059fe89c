#:property PublishAot=false
// Writes one embedded resource of a managed assembly to a file without loading the assembly, so that its platform and .NET version do not matter.
// usage: dotnet run --file extract-resource.cs -- <assembly> <resource> <output file>
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

if (args is not [var assemblyPath, var resourceName, var outputPath])
{
    Console.Error.WriteLine("usage: extract-resource <assembly> <resource> <output file>");
    return 2;
}

using var assembly = new PEReader(File.OpenRead(assemblyPath));
var metadata = assembly.GetMetadataReader();
var resources = metadata.ManifestResources.Select(metadata.GetManifestResource)
    .Where(resource => metadata.StringComparer.Equals(resource.Name, resourceName) && resource.Implementation.IsNil)
    .ToList();
if (resources is not [var found])
{
    Console.Error.WriteLine($"{assemblyPath} holds no embedded resource {resourceName}.");
    return 1;
}

// ECMA-335 II.24.2.4: a resource is its length (uint32) followed by its bytes.
var directory = assembly.PEHeaders.CorHeader!.ResourcesDirectory;
var block = assembly.GetSectionData(directory.RelativeVirtualAddress).GetReader((int)found.Offset, directory.Size - (int)found.Offset);
var bytes = block.ReadBytes(block.ReadInt32());

Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(outputPath))!);
File.WriteAllBytes(outputPath, bytes);
return 0;
